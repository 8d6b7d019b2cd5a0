/** Dagger modules and a component that wire Latchkey, by the same builders that an application would call itself. */
@NullMarked
package dev.latchkey.auth.dagger;

import org.jspecify.annotations.NullMarked;
