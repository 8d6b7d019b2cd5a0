/** Where MSAL for Java gives the wrong token, forgets a logout or asks too often, and Latchkey does not. */
@NullMarked
package dev.latchkey.it.msal4j;

import org.jspecify.annotations.NullMarked;
