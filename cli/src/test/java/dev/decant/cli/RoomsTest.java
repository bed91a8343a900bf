package dev.decant.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The rooms know only those that ARCHITECTURE.md says they know.
class RoomsTest {
    /// The packages of core in reading order: a later one may use an earlier one, never the reverse.
    private static final List<String> CORE = List.of("data", "metrics", "engine", "script", "batch", "pipeline");

    /// Rooms over core that know core only.
    private static final List<String> OVER_CORE = List.of("formats", "onnx", "python", "metacall", "comparison");

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(location -> !location.contains("-tests.jar"))
            .importPackages("dev.decant");

    private static void check(ArchRule rule) {
        rule.check(CLASSES);
    }

    @Test
    void theRulesSeeEveryRoom() {
        for (String room : CORE) {
            check(classes()
                    .that()
                    .resideInAPackage("dev.decant." + room)
                    .should()
                    .bePublic()
                    .orShould()
                    .notBePublic());
        }
        for (String room : OVER_CORE) {
            check(classes()
                    .that()
                    .resideInAPackage("dev.decant." + room + "..")
                    .should()
                    .bePublic()
                    .orShould()
                    .notBePublic());
        }
    }

    @Test
    void aPackageOfCoreUsesOnlyThoseBeforeIt() {
        for (int i = 0; i < CORE.size(); i++) {
            for (String later : CORE.subList(i + 1, CORE.size())) {
                check(noClasses()
                        .that()
                        .resideInAPackage("dev.decant." + CORE.get(i))
                        .should()
                        .dependOnClassesThat()
                        .resideInAPackage("dev.decant." + later));
            }
        }
    }

    @Test
    void coreKnowsTheJdkAndHdrHistogramOnly() {
        String[] core = CORE.stream().map(room -> "dev.decant." + room).toArray(String[]::new);
        String[] allowed = new String[core.length + 3];
        System.arraycopy(core, 0, allowed, 0, core.length);
        allowed[core.length] = "java..";
        allowed[core.length + 1] = "org.HdrHistogram..";
        allowed[core.length + 2] = "org.jspecify..";
        check(classes()
                .that()
                .resideInAnyPackage(core)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(allowed));
    }

    @Test
    void roomsOverCoreDoNotKnowEachOther() {
        for (String room : OVER_CORE) {
            for (String other : OVER_CORE) {
                if (!room.equals(other)) {
                    check(noClasses()
                            .that()
                            .resideInAPackage("dev.decant." + room + "..")
                            .should()
                            .dependOnClassesThat()
                            .resideInAPackage("dev.decant." + other + ".."));
                }
            }
        }
    }

    @Test
    void theServerKnowsCoreAndTheFormatsAndNoEngine() {
        check(classes()
                .that()
                .resideInAPackage("dev.decant.server")
                .should()
                .bePublic()
                .orShould()
                .notBePublic());
        for (String other : OVER_CORE) {
            if (!other.equals("formats")) {
                check(noClasses()
                        .that()
                        .resideInAPackage("dev.decant.server..")
                        .should()
                        .dependOnClassesThat()
                        .resideInAPackage("dev.decant." + other + ".."));
            }
            check(noClasses()
                    .that()
                    .resideInAPackage("dev.decant." + other + "..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("dev.decant.server.."));
        }
        check(noClasses()
                .that()
                .resideInAPackage("dev.decant.server.model")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.decant.server"));
    }

    @Test
    void nothingKnowsTheCommandLine() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage("dev.decant.cli..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.decant.cli.."));
    }

    @Test
    void packagesAreFreeOfCycles() {
        check(SlicesRuleDefinition.slices()
                .matching("dev.decant.(*)..")
                .should()
                .beFreeOfCycles());
    }

    @Test
    void namesSayWhatAThingIs() {
        check(noClasses().should().haveSimpleNameEndingWith("Manager"));
        check(noClasses().should().haveSimpleNameEndingWith("Helper"));
        check(noClasses().should().haveSimpleNameEndingWith("Util"));
        check(noClasses().should().haveSimpleNameEndingWith("Utils"));
        check(noClasses().should().haveSimpleNameEndingWith("Processor"));
    }
}
