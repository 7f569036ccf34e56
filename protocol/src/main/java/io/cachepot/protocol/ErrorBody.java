package io.cachepot.protocol;

import static io.cachepot.protocol.Checks.checkText;

/**
 * The body of every answer that is not 2xx.
 *
 * @param error short and stable, for programs: {@code unauthorized}, {@code unsupported_protocol},
 *     {@code bad_request} ...
 * @param description one sentence for people: what, which, expected
 */
public record ErrorBody(String error, String description) {
    public ErrorBody {
        checkText("error", error, 100);
        checkText("description", description, 100_000);
    }
}
