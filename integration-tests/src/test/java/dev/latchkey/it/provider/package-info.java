/** A certified OpenID provider, with all that it can do: what Keycloak lacks is proved here. */
@NullMarked
package dev.latchkey.it.provider;

import org.jspecify.annotations.NullMarked;
