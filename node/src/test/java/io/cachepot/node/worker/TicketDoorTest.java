package io.cachepot.node.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cachepot.protocol.WorkerId;
import io.cachepot.protocol.auth.JobTicket;
import io.cachepot.protocol.auth.JobTokenSigner;
import io.cachepot.protocol.auth.TokenException;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class TicketDoorTest {
    private static final JobTicket TICKET = Jobs.ticket(1);

    private final JobTokenSigner scheduler = new JobTokenSigner();
    private final SchedulerKeys keys =
            new SchedulerKeys(
                    Jobs.SELF.tokenKeys(), InstantSource.fixed(Jobs.NOW), System::nanoTime);
    private final TicketDoor door = new TicketDoor(Jobs.SELF, keys);

    @BeforeEach
    void knowTheScheduler() {
        keys.heard(List.of(scheduler.publicKey()));
    }

    @Test
    void letsInWhoHoldsATicketForThisJobAndWorker() {
        // When
        var ticket = door.check(scheduler.sign(TICKET, Jobs.TOKEN_KEY), Jobs.id(1));

        // Then
        assertThat(ticket).isEqualTo(TICKET);
    }

    private void assertRefused(JobTicket ticket, String message) {
        String token = scheduler.sign(ticket, Jobs.TOKEN_KEY);
        assertThatThrownBy(() -> door.check(token, Jobs.id(1)))
                .isInstanceOf(TokenException.class)
                .hasMessage(message);
    }

    @Test
    void refusesTicketForAnotherWorker() {
        assertRefused(
                new JobTicket(
                        TICKET.job(),
                        new WorkerId("other.example:1"),
                        TICKET.incarnation(),
                        TICKET.toolchain(),
                        TICKET.expiry()),
                "token is for worker other.example:1, this is worker.example:10501");
    }

    @Test
    void refusesTicketForAnotherStartOfThisWorker() {
        assertRefused(
                new JobTicket(
                        TICKET.job(), TICKET.worker(), 6, TICKET.toolchain(), TICKET.expiry()),
                "token is for another start of this worker (6), this one is 7");
    }

    @Test
    void refusesTicketForAnotherJob() {
        assertRefused(
                Jobs.ticket(2),
                "job token is for job " + Jobs.id(2) + ", the request names " + Jobs.id(1));
    }

    @Test
    void refusesExpiredTicket() {
        assertRefused(
                new JobTicket(
                        TICKET.job(),
                        TICKET.worker(),
                        TICKET.incarnation(),
                        TICKET.toolchain(),
                        Jobs.NOW.minusSeconds(1)),
                "job token is expired");
    }

    @Test
    void refusesTicketThatAStrangerSigned() {
        // Given
        String token = new JobTokenSigner().sign(TICKET, Jobs.TOKEN_KEY);

        // When
        assertThatThrownBy(() -> door.check(token, Jobs.id(1)))
                // Then
                .isInstanceOf(TokenException.class)
                .hasMessageStartingWith("job token is not valid: ");
    }

    @Test
    void refusesWhatIsNoToken() {
        assertThatThrownBy(() -> door.check("let me in", Jobs.id(1)))
                .isInstanceOf(TokenException.class)
                .hasMessageStartingWith("job token is not valid: ");
    }
}
