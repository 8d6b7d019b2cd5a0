package dev.latchkey.it.okhttp;

import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.TransportException;
import dev.latchkey.auth.spi.TransportHeaders;
import dev.latchkey.auth.spi.TransportRequest;
import dev.latchkey.auth.spi.TransportResponse;
import dev.latchkey.auth.spi.exchange.Exchange;
import dev.latchkey.auth.spi.exchange.ExchangeWatch;
import java.io.IOException;
import java.time.Duration;
import okhttp3.Call;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;

/** Sends over OkHttp. The proxy, TLS and connections are those of the client that it is given, which stays open. */
public final class OkHttpTransport implements HttpTransport {

    private final ExchangeWatch watch = ExchangeWatch.named("okhttp-transport");
    private final OkHttpClient client;

    /** Takes a client without cookies and authenticator, as OkHttp's own default is. */
    public OkHttpTransport(OkHttpClient client) {
        OkHttpClient.Builder own = client.newBuilder().followRedirects(false).retryOnConnectionFailure(false);
        this.client = own.readTimeout(Duration.ZERO).build();
    }

    @Override
    public TransportResponse send(TransportRequest request) throws TransportException {
        Request.Builder http = new Request.Builder().url(request.uri().toString());
        request.headers().asMap().forEach((name, all) -> all.forEach(value -> http.addHeader(name, value)));
        return watch.send(request, exchange -> {
            boolean none = request.body().isEmpty() && !request.method().startsWith("P");
            Call call = client.newCall(
                    http.method(request.method(), none ? null : once(exchange)).build());
            exchange.cancelBy(call::cancel);
            Response response = call.execute();
            TransportHeaders.Builder headers = TransportHeaders.builder();
            response.headers().forEach(header -> headers.add(header.getFirst(), header.getSecond()));
            return exchange.response(
                    response.code(), headers.build(), response.body().byteStream(), call::cancel);
        });
    }

    @Override
    public void close() {
        watch.close();
    }

    // In one shot, because OkHttp sends a body again on a 503 with Retry-After: 0.
    private static RequestBody once(Exchange exchange) {
        return new RequestBody() {
            @Override
            public @Nullable MediaType contentType() {
                return null;
            }

            @Override
            public long contentLength() {
                return exchange.bodyLength();
            }

            @Override
            public boolean isOneShot() {
                return true;
            }

            @Override
            public void writeTo(BufferedSink sink) throws IOException {
                exchange.writeBody(sink.outputStream());
            }
        };
    }
}
