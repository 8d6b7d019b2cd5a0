/**
 * Microsoft Graph over any token source.
 *
 * <p>The entry point is {@link dev.latchkey.graph.GraphClient}. Classes of an application that Gson shall fill are opened by
 * the application: {@code opens com.example.people to com.google.gson}. The classes of this module need no reflection.
 */
module dev.latchkey.graph {
    requires static transitive org.jspecify;
    requires transitive dev.latchkey.auth;
    requires transitive com.google.gson;

    exports dev.latchkey.graph;
}
