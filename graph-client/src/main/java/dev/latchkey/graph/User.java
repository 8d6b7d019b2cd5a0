package dev.latchkey.graph;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A user of the directory, with the properties that Graph gives unasked.
 *
 * <p>A property that was not selected, or has no value, is nothing here. Whatever else Graph sent is kept as
 * {@link #additional()}. Immutable.
 */
public final class User {

    /** The properties that are texts, each of which {@link #texts} has at the same place. */
    static final List<String> TEXTS = List.of(
            "id",
            "displayName",
            "userPrincipalName",
            "mail",
            "givenName",
            "surname",
            "jobTitle",
            "department",
            "mobilePhone",
            "officeLocation",
            "preferredLanguage");

    private final @Nullable String[] texts;
    private final List<String> businessPhones;
    private final @Nullable JsonObject additional;

    User(@Nullable String[] texts, List<String> businessPhones, @Nullable JsonObject additional) {
        this.texts = texts;
        this.businessPhones = Collections.unmodifiableList(businessPhones);
        this.additional = additional;
    }

    /**
     * Tells the identifier, which never changes.
     *
     * @return {@code id}, or nothing
     */
    public Optional<String> id() {
        return text(0);
    }

    /**
     * Tells the name that is shown.
     *
     * @return {@code displayName}, or nothing
     */
    public Optional<String> displayName() {
        return text(1);
    }

    /**
     * Tells the name that the user signs in with.
     *
     * @return {@code userPrincipalName}, or nothing
     */
    public Optional<String> userPrincipalName() {
        return text(2);
    }

    /**
     * Tells the address.
     *
     * @return {@code mail}, or nothing
     */
    public Optional<String> mail() {
        return text(3);
    }

    /**
     * Tells the first name.
     *
     * @return {@code givenName}, or nothing
     */
    public Optional<String> givenName() {
        return text(4);
    }

    /**
     * Tells the last name.
     *
     * @return {@code surname}, or nothing
     */
    public Optional<String> surname() {
        return text(5);
    }

    /**
     * Tells the job.
     *
     * @return {@code jobTitle}, or nothing
     */
    public Optional<String> jobTitle() {
        return text(6);
    }

    /**
     * Tells the department, which Graph gives only if it is selected.
     *
     * @return {@code department}, or nothing
     */
    public Optional<String> department() {
        return text(7);
    }

    /**
     * Tells the mobile phone's number.
     *
     * @return {@code mobilePhone}, or nothing
     */
    public Optional<String> mobilePhone() {
        return text(8);
    }

    /**
     * Tells where the user's office is.
     *
     * @return {@code officeLocation}, or nothing
     */
    public Optional<String> officeLocation() {
        return text(9);
    }

    /**
     * Tells the language, such as {@code en-US}.
     *
     * @return {@code preferredLanguage}, or nothing
     */
    public Optional<String> preferredLanguage() {
        return text(10);
    }

    /**
     * Tells the phone numbers at work.
     *
     * @return {@code businessPhones}, unmodifiable; empty if there are none or they were not selected
     */
    public List<String> businessPhones() {
        return businessPhones;
    }

    /**
     * Finds a property that has no method here, such as {@code accountEnabled} or an extension.
     *
     * @param name the property's name
     * @return a copy of its value, which is a {@code JsonNull} if Graph sent null; nothing if Graph did not send it
     */
    public Optional<JsonElement> additional(String name) {
        return additional == null
                ? Optional.empty()
                : Optional.ofNullable(additional.get(name)).map(JsonElement::deepCopy);
    }

    /**
     * Gives all properties that have no method here.
     *
     * @return a copy
     */
    public JsonObject additional() {
        return additional == null ? new JsonObject() : additional.deepCopy();
    }

    Optional<String> text(int index) {
        return Optional.ofNullable(texts[index]);
    }

    /**
     * Describes the user without personal data.
     *
     * @return the identifier
     */
    @Override
    public String toString() {
        return "User[" + id().orElse("no id") + "]";
    }
}
