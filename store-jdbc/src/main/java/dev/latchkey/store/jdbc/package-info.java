/** {@link dev.latchkey.store.jdbc.JdbcTokenStore}, a token store in one table of any {@code DataSource}. */
@NullMarked
package dev.latchkey.store.jdbc;

import org.jspecify.annotations.NullMarked;
