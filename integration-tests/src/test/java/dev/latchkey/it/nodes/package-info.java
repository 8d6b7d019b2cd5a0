/** One session, many processes: what Keycloak sees when they all want its next token. */
@NullMarked
package dev.latchkey.it.nodes;

import org.jspecify.annotations.NullMarked;
