package dev.latchkey.store.jdbc;

/** What a statement is for, as an error's message says it. */
enum Task {
    FIND("find a record in", ""),
    WRITE("write a record to", "written"),
    REMOVE("remove a record from", "removed"),
    LIST("list keys of", ""),
    SWEEP("sweep", ""),
    CREATE_TABLE("create", "");

    private final String words;
    private final String done;

    Task(String words, String done) {
        this.words = words;
        this.done = done;
    }

    /** What could not be done, as in "Cannot find a record in". */
    String words() {
        return words;
    }

    /** What may have been done to the record all the same; empty if it is left as it is. */
    String done() {
        return done;
    }
}
