package dev.latchkey.auth.jose;

import static dev.latchkey.auth.jose.IdTokenSignatureTest.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.nimbusds.jose.util.JSONObjectUtils;
import dev.latchkey.auth.identity.IdTokenClaims;
import dev.latchkey.auth.json.Json;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;
import org.junit.jupiter.api.Test;

/** RFC 7520's encryption and nesting, and what other specifications print with a key to verify it by. */
class PublishedCookbookVectorsTest {

    private static final String SAMWISE = "samwise.gamgee@hobbiton.example";

    private static DecryptionKeys samwise() throws Exception {
        KeyPair pair = PublishedJoseVectorsTest.rsa(
                "7_2v3OQZzlPFcHyYfLABQ3XP85Es4hCdwCkbDeltaUXgVy9l9etKghvM4hRkOvbb01kYVuLFmxIkCDtpi-zLCYAdXKrAK3PtSbtzld_X"
                        + "Z9nlsYa_QZWpXB_IrtFjVfdKUdMz94pHUhFGFj7nr6NNxfpiHSHWFE1zD_AC3mY46J961Y2LRnreVwAGNw53p07Db8yD_92pDa97vqcZ"
                        + "OdgtybH9q6uma-RFNhO1AoiJhYZj69hjmMRXx-x56HO9cnXNbmzNSCFCKnQmn4GQLmRj9sfbZRqL94bbtE4_e0Zrpo8RNo8vxRLqQNwI"
                        + "y85fc6BRgBJomt8QdQvIgPgWCv5HoQ",
                "zqOHk1P6WN_rHuM7ZF1cXH0x6RuOHq67WuHiSknqQeefGBA9PWs6ZyKQCO-O6mKXtcgE8_Q_hA2kMRcKOcvHil1hqMCNSXlflM7WPRPZ"
                        + "u2qCDcqssd_uMbP-DqYthH_EzwL9KnYoH7JQFxxmcv5An8oXUtTwk4knKjkIYGRuUwfQTus0w1NfjFAyxOOiAQ37ussIcE6C6ZSsM3n4"
                        + "1UlbJ7TCqewzVJaPJN5cxjySPZPD3Vp01a9YgAD6a3IIaKJdIxJS1ImnfPevSJQBE79-EXe2kSwVgOzvt-gsmM29QQ8veHy4uAqca5dZ"
                        + "zMs7hkkHtw1z0jHV90epQJJlXXnH8Q");
        return DecryptionKeys.builder().add(SAMWISE, pair).build();
    }

    private static String rsa(String keyId, String modulus) {
        return "{\"kty\":\"RSA\",\"kid\":\"" + keyId + "\",\"use\":\"sig\",\"e\":\"AQAB\",\"n\":\"" + modulus + "\"}";
    }

    private static VerificationKeys set(String... jwks) throws JoseFault {
        return VerificationKeys.parse(ByteBuffer.wrap(Keys.set(jwks).getBytes(StandardCharsets.UTF_8)), null);
    }

    @Test
    void rfc7520Section52_rsaOaep() throws Exception {
        String jwe =
                "eyJhbGciOiJSU0EtT0FFUCIsImtpZCI6InNhbXdpc2UuZ2FtZ2VlQGhvYmJpdG9uLmV4YW1wbGUiLCJlbmMiOiJBMjU2R0NNIn0.rT99"
                        + "rwrBTbTI7IJM8fU3Eli7226HEB7IchCxNuh7lCiud48LxeolRdtFF4nzQibeYOl5S_PJsAXZwSXtDePz9hk-BbtsTBqC2UsPOdwjC9Nh"
                        + "NupNNu9uHIVftDyucvI6hvALeZ6OGnhNV4v1zx2k7O1D89mAzfw-_kT3tkuorpDU-CpBENfIHX1Q58-Aad3FzMuo3Fn9buEP2yXakLXY"
                        + "a15BUXQsupM4A1GD4_H4Bd7V3u9h8Gkg8BpxKdUV9ScfJQTcYm6eJEBz3aSwIaK4T3-dwWpuBOhROQXBosJzS1asnuHtVMt2pKIIfux5"
                        + "BC6huIvmY7kzV7W7aIUrpYm_3H4zYvyMeq5pGqFmW2k8zpO878TRlZx7pZfPYDSXZyS0CfKKkMozT_qiCwZTSz4duYnt8hS4Z9sGthXn"
                        + "9uDqd6wycMagnQfOTs_lycTWmY-aqWVDKhjYNRf03NiwRtb5BE-tOdFwCASQj3uuAgPGrO2AWBe38UjQb0lvXn1SpyvYZ3WFc7WOJYaT"
                        + "a7A8DRn6MC6T-xDmMuxC0G7S2rscw5lQQU06MvZTlFOt0UvfuKBa03cxA_nIBIhLMjY2kOTxQMmpDPTr6Cbo8aKaOnx6ASE5Jx9paBpn"
                        + "NmOOKH35j_QlrQhDWUN6A2Gg8iFayJ69xDEdHAVCGRzN3woEI2ozDRs.-nBoKLH0YkLZPSI9.o4k2cnGN8rSSw3IDo1YuySkqeS_t2m1"
                        + "GXklSgqBdpACm6UJuJowOHC5ytjqYgRL-I-soPlwqMUf4UgRWWeaOGNw6vGW-xyM01lTYxrXfVzIIaRdhYtEMRBvBWbEwP7ua1DRfvaO"
                        + "jgZv6Ifa3brcAM64d8p5lhhNcizPersuhw5f-pGYzseva-TUaL8iWnctc-sSwy7SQmRkfhDjwbz0fz6kFovEgj64X1I5s7E6GLp5fnbY"
                        + "GLa1QUiML7Cc2GxgvI7zqWo0YIEc7aCflLG1-8BboVWFdZKLK9vNoycrYHumwzKluLWEbSVmaPpOslY2n525DxDfWaVFUfKQxMF56vn4"
                        + "B9QMpWAbnypNimbM8zVOw.UCGiqJxhBI3IFVdPalHHvA";
        Decryption registered = new Decryption(samwise(), "RSA-OAEP", "A256GCM");

        assertThat(new String(registered.decrypt(CompactJwt.parse(jwe)), StandardCharsets.UTF_8))
                .isEqualTo(
                        "You can trust us to stick with you through thick and thin\u2013to the bitter end. And you can "
                                + "trust us to keep any secret of yours\u2013closer than you keep it yourself. But you cannot trust us "
                                + "to let you face trouble alone, and go off without a word. We are your friends, Frodo.");
        String anotherTag = jwe.substring(0, jwe.length() - 2) + "WA";
        assertThatExceptionOfType(JoseFault.class)
                .isThrownBy(() -> registered.decrypt(CompactJwt.parse(anotherTag)))
                .withMessageContaining("cannot be decrypted");
    }

    /** The whole way: the key from the server's set, the client's key for decryption, and a JWT within a JWT. */
    @Test
    void rfc7520Section6_signedAndEncrypted() throws Exception {
        String nested =
                "eyJhbGciOiJSU0EtT0FFUCIsImN0eSI6IkpXVCIsImVuYyI6IkExMjhHQ00ifQ.a0JHRoITfpX4qRewImjlStn8m3CPxBV1ueYlVhjur"
                        + "CyrBg3I7YhCRYjphDOOS4E7rXbr2Fn6NyQq-A-gqT0FXqNjVOGrG-bi13mwy7RoYhjTkBEC6P7sMYMXXx4gzMedpiJHQVeyI-zkZV7A9"
                        + "matpgevAJWrXzOUysYGTtwoSN6gtUVtlLaivjvb21O0ul4YxSHV-ByK1kyeetRp_fuYJxHoKLQL9P424sKx2WGYb4zsBIPF4ssl_e5IR"
                        + "7nany-25_UmC2urosNkoFz9cQ82MypZP8gqbQJyPN-Fpp4Z-5o6yV64x6yzDUF_5JCIdl-Qv6H5dMVIY7q1eKpXcV1lWO_2FefEBqXxX"
                        + "vIjLeZivjNkzogCq3-IapSjVFnMjBxjpYLT8muaawo1yy1XXMuinIpNcOY3n4KKrXLrCcteX85m4IIHMZa38s1Hpr56fPPseMA-Jltmt"
                        + "-a9iEDtOzhtxz8AXy9tsCAZV2XBWNG8c3kJusAamBKOYwfk7JhLRDgOnJjlJLhn7TI4UxDp9dCmUXEN6z0v23W15qJIEXNJtqnblpymo"
                        + "oeWAHCT4e_Owbim1g0AEpTHUdA2iiLNs9WTX_H_TXuPC8yDDhi1smxS_X_xpkIHkiIHWDOLx03BpqDTivpKkBYwqP2UZkcxqX2Fo_GnV"
                        + "rNwlK7Lgxw6FSQvDO0.GbX1i9kXz0sxXPmA.SZI4IvKHmwpazl_pJQXX3mHv1ANnOU4Wf9-utWYUcKrBNgCe2OFMf66cSJ8k2QkxaQD3"
                        + "_R60MGE9ofomwtky3GFxMeGRjtpMt9OAvVLsAXB0_UTCBGyBg3C2bWLXqZlfJAAoJRUPRk-BimYZY81zVBuIhc7HsQePCpu33SzMsFHj"
                        + "n4lP_idrJz_glZTNgKDt8zdnUPauKTKDNOH1DD4fuzvDYfDIAfqGPyL5sVRwbiXpXdGokEszM-9ChMPqW1QNhzuX_Zul3bvrJwr7nuGZ"
                        + "s4cUScY3n8yE3AHCLurgls-A9mz1X38xEaulV18l4Fg9tLejdkAuQZjPbqeHQBJe4IwGD5Ee0dQ-Mtz4NnhkIWx-YKBb_Xo2zI3Q_1sY"
                        + "jKUuis7yWW-HTr_vqvFt0bj7WJf2vzB0TZ3dvsoGaTvPH2dyWwumUrlx4gmPUzBdwTO6ubfYSDUEEz5py0d_OtWeUSYcCYBKD-aM7tXg"
                        + "26qJo21gYjLfhn9zy-W19sOCZGuzgFjPhawXHpvnj_t-0_ES96kogjJLxS1IMU9Y5XmnwZMyNc9EIwnogsCg-hVuvzyP0sIruktmI94_"
                        + "SL1xgMl7o03phcTMxtlMizR88NKU1WkBsiXMCjy1Noue7MD-ShDp5dmM.KnIKEhN8U-3C9s4gtSpjSw";
        IdTokenStage stage = new IdTokenStage()
                .publishes(rsa(
                        "hobbiton.example",
                        "kNrPIBDXMU6fcyv5i-QHQAQ-K8gsC3HJb7FYhYaw8hXbNJa-t8q0lDKwLZgQXYV-ffWxXJv5GGrlZE4GU52lfMEegTDzYTrRQ3tepgKF"
                                + "jMGg6Iy6fkl1ZNsx2gEonsnlShfzA9GJwRTmtKPbk1s-hwx1IU5AT-AIelNqBgcF2vE5W25_SGGBoaROVdUYxqETDggM1z5cKV4ZjDZ8"
                                + "-lh4oVB07bkac6LQdHpJUUySH_Er20DXx30Kyi97PciXKTS-QKXnmm8ivyRCmux22ZoPUind2BKC5OiG4MwALhaL2Z2k8CsRdfy-7dg7"
                                + "z41Rp6D0ZeEvtaUp4bX4aKraL4rTfw"));
        JoseIdTokens verifier = stage.builder()
                .algorithms("PS256")
                .decryptionKeys(samwise())
                .encrypted("RSA-OAEP", "A128GCM")
                .build();

        IdTokenClaims claims = stage.verify(verifier, nested);

        assertThat(claims.algorithm()).isEqualTo("PS256");
        assertThat(claims.issuer()).isEqualTo("hobbiton.example");
        assertThat(claims.claim("http://example.com/is_root")).hasValue(true);
        IdTokenStage another = new IdTokenStage().publishes(Keys.jwk(Keys.RSA, "hobbiton.example", ""));
        JoseIdTokens otherKey = another.builder()
                .algorithms("PS256")
                .decryptionKeys(samwise())
                .encrypted("RSA-OAEP", "A128GCM")
                .build();
        refused("has a signature that does not hold", () -> another.verify(otherKey, nested));
    }

    @Test
    void rfc7517AppendixB_x5c() throws Exception {
        String x5c =
                "MIIDQjCCAiqgAwIBAgIGATz/FuLiMA0GCSqGSIb3DQEBBQUAMGIxCzAJBgNVBAYTAlVTMQswCQYDVQQIEwJDTzEPMA0GA1UEBxMGRGVu"
                        + "dmVyMRwwGgYDVQQKExNQaW5nIElkZW50aXR5IENvcnAuMRcwFQYDVQQDEw5CcmlhbiBDYW1wYmVsbDAeFw0xMzAyMjEyMzI5MTVaFw0x"
                        + "ODA4MTQyMjI5MTVaMGIxCzAJBgNVBAYTAlVTMQswCQYDVQQIEwJDTzEPMA0GA1UEBxMGRGVudmVyMRwwGgYDVQQKExNQaW5nIElkZW50"
                        + "aXR5IENvcnAuMRcwFQYDVQQDEw5CcmlhbiBDYW1wYmVsbDCCASIwDQYJKoZIhvcNAQEBBQADggEPADCCAQoCggEBAL64zn8/QnHYMeZ0"
                        + "LncoXaEde1fiLm1jHjmQsF/449IYALM9if6amFtPDy2yvz3YlRij66s5gyLCyO7ANuVRJx1NbgizcAblIgjtdf/u3WG7K+IiZhtELto/"
                        + "A7Fck9Ws6SQvzRvOE8uSirYbgmj6He4iO8NCyvaK0jIQRMMGQwsU1quGmFgHIXPLfnpnfajr1rVTAwtgV5LEZ4Iel+W1GC8ugMhyr4/p"
                        + "1MtcIM42EA8BzE6ZQqC7VPqPvEjZ2dbZkaBhPbiZAS3YeYBRDWm1p1OZtWamT3cEvqqPpnjL1XyW+oyVVkaZdklLQp2Btgt9qr21m42f"
                        + "4wTw+Xrp6rCKNb0CAwEAATANBgkqhkiG9w0BAQUFAAOCAQEAh8zGlfSlcI0o3rYDPBB07aXNswb4ECNIKG0CETTUxmXl9KUL+9gGlqCz"
                        + "5iWLOgWsnrcKcY0vXPG9J1r9AqBNTqNgHq2G03X09266X5CpOe1zFo+Owb1zxtp3PehFdfQJ610CDLEaS9V9Rqp17hCyybEpOGVwe8fn"
                        + "k+fbEL2Bo3UPGrpsHzUoaGpDftmWssZkhpBJKVMJyf/RuP2SmmaIzmnw9JiSlYhzo4tpzd5rFXhjRbg4zW9C+2qok+2+qDM1iJ684gPH"
                        + "MIY8aLWrdgQTxkumGmTqgawR+N5MDtdPTEQ0XfIBc2cJEUyMTY5MPvACWpkA6SdS4xSvdXK3IVfOWA==";
        String n =
                "vrjOfz9Ccdgx5nQudyhdoR17V-IubWMeOZCwX_jj0hgAsz2J_pqYW08PLbK_PdiVGKPrqzmDIsLI7sA25VEnHU1uCLNwBuUiCO11_-7d"
                        + "Ybsr4iJmG0Qu2j8DsVyT1azpJC_NG84Ty5KKthuCaPod7iI7w0LK9orSMhBEwwZDCxTWq4aYWAchc8t-emd9qOvWtVMDC2BXksRngh6X"
                        + "5bUYLy6AyHKvj-nUy1wgzjYQDwHMTplCoLtU-o-8SNnZ1tmRoGE9uJkBLdh5gFENabWnU5m1ZqZPdwS-qo-meMvVfJb6jJVWRpl2SUtC"
                        + "nYG2C32qvbWbjZ_jBPD5eunqsIo1vQ";
        String jwk = rsa("1b94c", n).replace("}", ",\"x5c\":[\"" + x5c + "\"]}");
        VerificationAlgorithm rs256 = VerificationAlgorithm.named("RS256");

        VerificationKey read = set(jwk).find(rs256, "1b94c");

        X509Certificate certificate = (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(
                        new ByteArrayInputStream(Base64.getDecoder().decode(x5c)));
        VerificationKey certified = VerificationKey.of(
                Json.object(
                        PublicJwk.of(certificate.getPublicKey()).toJSONString().getBytes(StandardCharsets.UTF_8)),
                null);
        assertThat(read).isNotNull();
        assertThat(read.isSameAs(certified)).isTrue();
        assertThat(set(jwk).find(rs256, "1b94d")).isNull();
    }

    @Test
    void rfc9101Section4_signedRequestObject() throws Exception {
        String object =
                "eyJhbGciOiJSUzI1NiIsImtpZCI6ImsyYmRjIn0.ewogICAgImlzcyI6ICJzNkJoZFJrcXQzIiwKICAgICJhdWQiOiAiaHR0cHM6Ly9z"
                        + "ZXJ2ZXIuZXhhbXBsZS5jb20iLAogICAgInJlc3BvbnNlX3R5cGUiOiAiY29kZSBpZF90b2tlbiIsCiAgICAiY2xpZW50X2lkIjogInM2"
                        + "QmhkUmtxdDMiLAogICAgInJlZGlyZWN0X3VyaSI6ICJodHRwczovL2NsaWVudC5leGFtcGxlLm9yZy9jYiIsCiAgICAic2NvcGUiOiAi"
                        + "b3BlbmlkIiwKICAgICJzdGF0ZSI6ICJhZjBpZmpzbGRraiIsCiAgICAibm9uY2UiOiAibi0wUzZfV3pBMk1qIiwKICAgICJtYXhfYWdl"
                        + "IjogODY0MDAKfQ.Nsxa_18VUElVaPjqW_ToI1yrEJ67BgKb5xsuZRVqzGkfKrOIX7BCx0biSxYGmjK9KJPctH1OC0iQJwXu5YVY-vnW0"
                        + "_PLJb1C2HG-ztVzcnKZC2gE4i0vgQcpkUOCpW3SEYXnyWnKzuKzqSb1wAZALo5f89B_p6QA6j6JwBSRvdVsDPdulW8lKxGTbH82czCaQ"
                        + "50rLAg3EYLYaCb4ik4I1zGXE4fvim9FIMs8OCMmzwIB5S-ujFfzwFjoyuPEV4hJnoVUmXR_W9typPf846lGwA8h9G9oNTIuX8Ft2jfpn"
                        + "ZdFmLg3_wr3Wa5q3a-lfbgF3S9H_8nN3j1i7tLR_5Nz-g";
        VerificationAlgorithm rs256 = VerificationAlgorithm.named("RS256");
        VerificationKey key = set(rsa(
                        "k2bdc",
                        "x5RbkAZkmpRxia65qRQ1wwSMSxQUnS7gcpVTV_cdHmfmG2ltd2yabEO9XadD8pJNZubINPpmgHh3J1aD9WRwS05ucmFq3CfFsluLt13_"
                                + "7oX5yDRSKX7poXmT_5ko8k4NJZPMAO8fPToDTH7kHYbONSE2FYa5GZ60CUsFhSonI-dcMDJ0Ary9lxIw5k2z4TAdARVWcS7sD07VhlMM"
                                + "shrwsPHBQgTatlkxyIHXbYdtak8fqvNAwr7OlVEvM_Ipf5OfmdB8Sd-wjzaBsyP4VhJKoi_qdgSzpC694XZeYPq45Sw-q51iFUlcOlTC"
                                + "I7z6jltUtnR6ySn6XDGFnzH5Fe5ypw"))
                .find(rs256, "k2bdc");

        CompactJwt jwt = CompactJwt.parse(object);

        assertThat(jwt.header().keyId()).isEqualTo("k2bdc");
        assertThat(key).isNotNull();
        assertThat(key.verifies(rs256, jwt)).isTrue();
        assertThat(jwt.claims())
                .isEqualTo(JSONObjectUtils.parse("{\"iss\":\"s6BhdRkqt3\",\"aud\":\"https://server.example.com\","
                        + "\"response_type\":\"code id_token\",\"client_id\":\"s6BhdRkqt3\","
                        + "\"redirect_uri\":\"https://client.example.org/cb\",\"scope\":\"openid\","
                        + "\"state\":\"af0ifjsldkj\",\"nonce\":\"n-0S6_WzA2Mj\",\"max_age\":86400}"));
        assertThat(key.verifies(rs256, CompactJwt.parse(object.replace("ewogICAg", "ewogICAh"))))
                .isFalse();
    }

    @Test
    void oidcCoreAppendixA4AndA7_idToken() throws Exception {
        String idToken =
                "eyJraWQiOiIxZTlnZGs3IiwiYWxnIjoiUlMyNTYifQ.ewogImlzcyI6ICJodHRwOi8vc2VydmVyLmV4YW1wbGUuY29tIiwKICJzdWIiO"
                        + "iAiMjQ4Mjg5NzYxMDAxIiwKICJhdWQiOiAiczZCaGRSa3F0MyIsCiAibm9uY2UiOiAibi0wUzZfV3pBMk1qIiwKICJleHAiOiAxMzExM"
                        + "jgxOTcwLAogImlhdCI6IDEzMTEyODA5NzAsCiAiY19oYXNoIjogIkxEa3RLZG9RYWszUGswY25YeENsdEEiCn0.XW6uhdrkBgcGx6zVI"
                        + "rCiROpWURs-4goO1sKA4m9jhJIImiGg5muPUcNegx6sSv43c5DSn37sxCRrDZZm4ZPBKKgtYASMcE20SDgvYJdJS0cyuFw7Ijp_7WnIj"
                        + "crl6B5cmoM6ylCvsLMwkoQAxVublMwH10oAxjzD6NEFsu9nipkszWhsPePf_rM4eMpkmCbTzume-fzZIi5VjdWGGEmzTg32h3jiex-r5"
                        + "WTHbj-u5HL7u_KP3rmbdYNzlzd1xWRYTUs4E8nOTgzAUwvwXkIQhOh5TPcSMBYy6X3E7-_gr9Ue6n4ND7hTFhtjYs3cjNKIA08qm5cpV"
                        + "YFMFMG6PkhzLQ";
        String modulus =
                "w7Zdfmece8iaB0kiTY8pCtiBtzbptJmP28nSWwtdjRu0f2GFpajvWE4VhfJAjEsOcwYzay7XGN0b-X84BfC8hmCTOj2b2eHT7NsZegFP"
                        + "KRUQzJ9wW8ipn_aDJWMGDuB1XyqT1E7DYqjUCEOD1b4FLpy_xPn6oV_TYOfQ9fZdbE5HGxJUzekuGcOKqOQ8M7wfYHhHHLxGpQVgL0ap"
                        + "WuP2gDDOdTtpuld4D2LK1MZK99s9gaSjRHE8JDb1Z4IGhEcEyzkxswVdPndUWzfvWBBWXWxtSUvQGBRkuy1BHOa4sP6FKjWEeeF7gm7U"
                        + "Ms2Nm2QUgNZw6xvEDGaLk4KASdIxRQ";
        IdTokenStage stage = new IdTokenStage().publishes(rsa("1e9gdk7", modulus));

        IdTokenClaims claims = stage.verify(idToken);

        assertThat(claims.issuer()).isEqualTo("http://server.example.com");
        assertThat(claims.subject()).isEqualTo("248289761001");
        assertThat(claims.audience()).containsExactly("s6BhdRkqt3");
        assertThat(claims.text("nonce")).hasValue("n-0S6_WzA2Mj");
        assertThat(claims.text("c_hash")).hasValue("LDktKdoQak3Pk0cnXxCltA");
        IdTokenStage another = new IdTokenStage().publishes(Keys.jwk(Keys.RSA, "1e9gdk7", ""));
        refused("has a signature that does not hold", () -> another.verify(idToken));
    }
}
