/**
 * A small world of the AT Protocol on loopback: authorization servers, personal data servers, a directory and a DNS server that
 * demand everything that the profile demands. It shares no code with the library, so that it is a second opinion.
 */
@NullMarked
package dev.latchkey.it.atproto.lab;

import org.jspecify.annotations.NullMarked;
