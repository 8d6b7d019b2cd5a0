package dev.latchkey.it.provider;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/** The test wants the certified provider: a {@link CertifiedProvider} parameter is the one that all tests of this JVM share. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(ProviderExtension.class)
@interface WithProvider {}
