package dev.latchkey.platform.directory;

/** How a token response states its lifetime. */
public enum ExpiresIn {
    /** As RFC 6749 §5.1 has it. */
    NUMBER,
    /** As a JSON string of digits. */
    STRING,
    /** Not at all. */
    OMITTED
}
