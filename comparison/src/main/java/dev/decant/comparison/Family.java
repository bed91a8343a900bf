package dev.decant.comparison;

/// Whose way an approach is; charts give each its own colour.
enum Family {
    PYTHON("python"),
    DECANT("decant"),
    PUBLISHED("published");

    private final String style;

    Family(String style) {
        this.style = style;
    }

    /// The class in the style sheet.
    String style() {
        return style;
    }

    static Family of(ApproachResult result) {
        return result.name().startsWith("decant") ? DECANT : PYTHON;
    }
}
