package dev.decant.comparison;

import java.util.List;

/// The approaches that can be compared.
public final class Approaches {
    /// All of them, in the order of the report.
    public static final List<Approach> ALL = List.of(
            new PipelineApproach(false),
            new PipelineApproach(true),
            new ProcessesApproach(),
            new OnnxruntimeApproach(),
            new ScriptApproach(ScriptApproach.Way.EMBEDDED),
            new ScriptApproach(ScriptApproach.Way.EMBEDDED_ONE_BY_ONE),
            new ScriptApproach(ScriptApproach.Way.METACALL),
            new ClassifyApproach(ClassifyApproach.Weights.PLAIN),
            new ClassifyApproach(ClassifyApproach.Weights.QUANTISED),
            new ClassifyApproach(ClassifyApproach.Weights.ON_BOARD),
            new ServeApproach());

    private Approaches() {}

    /// Those that are asked for, in the order of the report.
    ///
    /// @param only names; all where there are none
    /// @param skip names that are left out
    /// @throws IllegalArgumentException when a name is none of an approach, or none is left; the message lists them
    public static List<Approach> choose(List<String> only, List<String> skip) {
        check("--only", only);
        check("--skip", skip);
        List<Approach> chosen = ALL.stream()
                .filter(approach -> only.isEmpty() || only.contains(approach.name()))
                .filter(approach -> !skip.contains(approach.name()))
                .toList();
        if (chosen.isEmpty()) {
            throw new IllegalArgumentException("--only and --skip leave no approach to run");
        }
        return chosen;
    }

    private static void check(String option, List<String> names) {
        List<String> known = ALL.stream().map(Approach::name).toList();
        for (String name : names) {
            if (!known.contains(name)) {
                throw new IllegalArgumentException(
                        option + ": no approach is called '" + name + "'; there are " + String.join(", ", known));
            }
        }
    }
}
