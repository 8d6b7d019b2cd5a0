package dev.latchkey.platform;

import java.util.List;
import java.util.Map;

/** What a {@link ScriptedBrowser} types and presses. Immutable. */
public final class Answers {
    private final String username;
    private final String password;
    private final String userCode;
    private final boolean accepting;

    private Answers(String username, String password, String userCode, boolean accepting) {
        this.username = username;
        this.password = password;
        this.userCode = userCode;
        this.accepting = accepting;
    }

    /**
     * Signs in and accepts.
     *
     * @param username the user name
     * @param password the password
     * @return the answers
     */
    public static Answers accepting(String username, String password) {
        return new Answers(username, password, "", true);
    }

    /**
     * Signs in and declines the permissions asked for.
     *
     * @param username the user name
     * @param password the password
     * @return the answers
     */
    public static Answers declining(String username, String password) {
        return new Answers(username, password, "", false);
    }

    Answers userCode(String code) {
        return new Answers(username, password, code, accepting);
    }

    Map<String, String> fill(HtmlForm form) {
        Map<String, String> fields = form.fields();
        fields.replace("username", username);
        fields.replace("password", password);
        fields.replace("user_code", userCode);
        List<Map.Entry<String, String>> buttons = form.buttons();
        if (!buttons.isEmpty()) {
            boolean isDecision = buttons.get(0).getKey().equals("decision");
            Map.Entry<String, String> pressed = buttons.get(isDecision && !accepting ? buttons.size() - 1 : 0);
            fields.put(pressed.getKey(), pressed.getValue());
        }
        return fields;
    }

    @Override
    public String toString() {
        return "Answers[" + username + (accepting ? ", accepting]" : ", declining]");
    }
}
