package dev.latchkey.it.keycloak;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The test wants Keycloak: a {@link KeycloakServer} parameter of its constructor or methods is the one that all tests of this JVM
 * share, and a {@link dev.latchkey.it.browser.Browser} parameter is a fresh browser that trusts it, closed after the test.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(KeycloakExtension.class)
public @interface WithKeycloak {}
