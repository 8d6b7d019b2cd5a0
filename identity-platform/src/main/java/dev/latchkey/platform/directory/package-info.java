/** Who is registered: tenants, users and clients. */
@NullMarked
package dev.latchkey.platform.directory;

import org.jspecify.annotations.NullMarked;
