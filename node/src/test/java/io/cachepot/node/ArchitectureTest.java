package io.cachepot.node;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** The arrows of docs/ARCHITECTURE.md. */
class ArchitectureTest {
    private static final int CLASSES_MIN = 200;

    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages("io.cachepot");

    @Test
    void seesAllModules() {
        assertThat(CLASSES.size()).isGreaterThan(CLASSES_MIN);
        assertThat(CLASSES)
                .extracting(JavaClass::getPackageName)
                .contains(
                        "io.cachepot.protocol",
                        "io.cachepot.config",
                        "io.cachepot.sandbox",
                        "io.cachepot.client.coordinator",
                        "io.cachepot.node.grid");
    }

    @Test
    void onlyTheGridKnowsHazelcast() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.cachepot.node.grid..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.hazelcast..")
                .check(CLASSES);
    }

    @Test
    void onlyHttpKnowsUndertow() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.cachepot.node.http")
                .should()
                .dependOnClassesThat(
                        resideInAPackage("io.undertow..").or(resideInAPackage("org.xnio..")))
                .check(CLASSES);
    }

    @Test
    void clientAndNodeDoNotMeet() {
        noClasses()
                .that()
                .resideInAPackage("io.cachepot.client..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.cachepot.node..")
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage("io.cachepot.node..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.cachepot.client..")
                .check(CLASSES);
    }

    @Test
    void valuesKnowNothingOfWhoUsesThem() {
        noClasses()
                .that()
                .resideInAPackage("io.cachepot.protocol..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.cachepot.config..",
                        "io.cachepot.sandbox..",
                        "io.cachepot.client..",
                        "io.cachepot.node..")
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage("io.cachepot.sandbox..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.cachepot.config..", "io.cachepot.client..", "io.cachepot.node..")
                .check(CLASSES);
    }

    @Test
    void decisionsKnowNeitherGridNorHttp() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "io.cachepot.node.scheduler..",
                        "io.cachepot.node.worker..",
                        "io.cachepot.node.toolchain..",
                        "io.cachepot.node.cache..",
                        "io.cachepot.node.auth..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.cachepot.node.grid..", "io.cachepot.node.http..")
                .check(CLASSES);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("io.cachepot.(**)").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void everyPackageIsNullMarked() {
        var unmarked =
                CLASSES.stream()
                        .map(JavaClass::getPackage)
                        .filter(each -> !each.isAnnotatedWith(NullMarked.class))
                        .map(each -> each.getName())
                        .collect(Collectors.toCollection(TreeSet::new));
        assertThat(unmarked).isEmpty();
    }
}
