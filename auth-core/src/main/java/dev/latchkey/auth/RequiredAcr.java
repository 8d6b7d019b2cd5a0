package dev.latchkey.auth;

import dev.latchkey.auth.authorize.AuthorizationRequest;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.json.Json;
import dev.latchkey.auth.json.JsonFault;
import dev.latchkey.auth.protocol.AuthorizationRequests;
import java.util.ArrayList;
import java.util.List;

/** Finds the authentication context classes of which an ID token must show one: {@code acr_values}, or {@code claims}. */
final class RequiredAcr {

    private RequiredAcr() {}

    static List<String> of(AuthorizationRequest request) {
        List<String> essential = request.claims().map(RequiredAcr::essential).orElse(List.of());
        if (essential.isEmpty() || request.acrValues().isEmpty()) {
            return essential.isEmpty() ? request.acrValues() : essential;
        }
        List<String> both = new ArrayList<>(essential);
        both.retainAll(request.acrValues());
        if (both.isEmpty()) {
            throw new ConfigurationException("acrValues", "none of them is among the essential ones of claims");
        }
        return both;
    }

    private static List<String> essential(String claims) {
        try {
            return AuthorizationRequests.essentialAcr(Json.object(claims));
        } catch (JsonFault e) {
            throw new ConfigurationException("claims", "is not a JSON object: " + e.field() + " " + e.problem());
        }
    }
}
