package dev.latchkey.it.atproto.pds;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The test wants a world with reference servers: a {@link PdsWorld} parameter is the one that all such tests of this JVM share. In it time
 * goes on in leaps, and everybody in it has an account of their own.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(PdsExtension.class)
@interface WithPds {}
