package dev.latchkey.examples.atproto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class HtmlTest {

    @Test
    void whatIsPutInIsText() {
        assertThat(Html.of("<p class=\"{}\">{}</p>", "\"'", "<b>&amp;{}</b>"))
                .hasToString("<p class=\"&quot;&#39;\">&lt;b&gt;&amp;amp;{}&lt;/b&gt;</p>");
    }

    @Test
    void markupStaysMarkup() {
        assertThat(Html.of("<p>{}</p>", Html.of("<b>{}</b>", "<"))).hasToString("<p><b>&lt;</b></p>");
    }

    @Test
    void eachPlaceHasItsValue() {
        assertThatThrownBy(() -> Html.of("{} {}", "one")).hasMessageContaining("fewer values");
        assertThatThrownBy(() -> Html.of("{}", "one", "two")).hasMessageContaining("more values");
    }
}
