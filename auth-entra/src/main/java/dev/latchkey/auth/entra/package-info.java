/** The Microsoft identity platform: its clouds, its authorities, its accounts and its errors. */
@NullMarked
package dev.latchkey.auth.entra;

import org.jspecify.annotations.NullMarked;
