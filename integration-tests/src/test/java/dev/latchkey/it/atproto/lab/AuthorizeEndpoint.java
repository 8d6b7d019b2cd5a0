package dev.latchkey.it.atproto.lab;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/** The page that a browser is sent to. Whoever sits there signs in and agrees at once. */
final class AuthorizeEndpoint {

    private final String issuer;
    private final Grants grants;
    private final Function<Pushed, Optional<String>> whoSignsIn;
    private final Function<Set<String>, Set<String>> whatIsGranted;
    private final Consumer<Map<String, String>> alter;

    /**
     * The page.
     *
     * @param whoSignsIn the DID, or nothing if whoever sits there does not agree
     */
    AuthorizeEndpoint(
            String issuer,
            Grants grants,
            Function<Pushed, Optional<String>> whoSignsIn,
            Function<Set<String>, Set<String>> whatIsGranted,
            Consumer<Map<String, String>> alter) {
        this.issuer = issuer;
        this.grants = grants;
        this.whoSignsIn = whoSignsIn;
        this.whatIsGranted = whatIsGranted;
        this.alter = alter;
    }

    Reply answer(Call call) {
        try {
            Refusal.unless(
                    call.method().equals("GET")
                            && call.query().keySet().equals(Set.of("client_id", "request_uri"))
                            && call.query().values().stream().allMatch(values -> values.size() == 1),
                    Rule.AUTHORIZE_PARAMETERS,
                    "invalid_request");
            String client = call.query().get("client_id").get(0);
            return sendBack(grants.take(call.query().get("request_uri").get(0), client));
        } catch (Refusal refusal) {
            return Doorman.refused(refusal);
        }
    }

    private Reply sendBack(Pushed pushed) {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("iss", issuer);
        parameters.put("state", pushed.state);
        Optional<String> subject = whoSignsIn.apply(pushed);
        if (subject.isPresent()) {
            String scope = String.join(" ", whatIsGranted.apply(pushed.scopes));
            parameters.put("code", grants.code(pushed, subject.get(), scope));
        } else {
            parameters.put("error", "access_denied");
            parameters.put("error_description", "Nobody agreed.");
        }
        alter.accept(parameters);
        StringBuilder location = new StringBuilder(pushed.redirectUri);
        char separator = pushed.fragment ? '#' : pushed.redirectUri.contains("?") ? '&' : '?';
        for (Map.Entry<String, String> parameter : parameters.entrySet()) {
            location.append(separator)
                    .append(parameter.getKey())
                    .append('=')
                    .append(URLEncoder.encode(parameter.getValue(), StandardCharsets.UTF_8));
            separator = '&';
        }
        return Reply.redirect(303, location.toString());
    }
}
