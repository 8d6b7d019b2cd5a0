package dev.latchkey.it.guard;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** One rule over classes, by a name that the bad fixtures use. */
final class Guard {

    private final String name;
    private final String reason;
    private final Predicate<JavaClass> scope;
    private final Function<JavaClass, Stream<String>> breaches;

    /**
     * Makes a rule.
     *
     * @param name a short name
     * @param reason what it is good for
     * @param scope the classes that it looks at
     * @param breaches what is wrong with a class, nothing if it is right
     */
    Guard(String name, String reason, Predicate<JavaClass> scope, Function<JavaClass, Stream<String>> breaches) {
        this.name = name;
        this.reason = reason;
        this.scope = scope;
        this.breaches = breaches;
    }

    String name() {
        return name;
    }

    /** Fails with every breach, and also when there was no class to look at. */
    void check(JavaClasses classes) {
        rule().check(classes);
    }

    /** The classes that this guard rejects, each under the name of its outermost class. */
    Set<String> rejected(JavaClasses classes) {
        Set<String> rejected = new TreeSet<>();
        rule().evaluate(classes)
                .handleViolations((Collection<JavaClass> violating, String message) -> violating.forEach(
                        violator -> rejected.add(outermost(violator).getName())));
        return rejected;
    }

    static JavaClass outermost(JavaClass type) {
        return type.getEnclosingClass().map(Guard::outermost).orElse(type);
    }

    private ArchRule rule() {
        return classes()
                .that(DescribedPredicate.describe(
                        "are looked at by " + name,
                        type -> !type.getSimpleName().equals("package-info") && scope.test(type)))
                .should(new ArchCondition<JavaClass>("keep the guard " + name) {
                    @Override
                    public void check(JavaClass type, ConditionEvents events) {
                        breaches.apply(type)
                                .distinct()
                                .forEach(breach -> events.add(
                                        SimpleConditionEvent.violated(type, type.getName() + ": " + breach)));
                    }
                })
                .allowEmptyShould(false)
                .because(reason);
    }

    @Override
    public String toString() {
        return name;
    }
}
