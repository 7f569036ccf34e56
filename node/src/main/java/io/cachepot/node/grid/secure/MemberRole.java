package io.cachepot.node.grid.secure;

import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/** What the owner of a certificate may be in the grid: the organizational unit of its name. */
public enum MemberRole {
    /** Holds data. */
    SCHEDULER,

    /** A lite member: is seen, and sees who else is there; neither reads nor writes data. */
    WORKER;

    /** As it stands in a certificate. */
    public String unit() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The role that {@code certificate} gives.
     *
     * @return empty when it gives none, or more than one
     */
    static Optional<MemberRole> of(X509Certificate certificate) {
        try {
            var units =
                    new LdapName(certificate.getSubjectX500Principal().getName())
                            .getRdns().stream()
                                    .filter(rdn -> rdn.getType().equalsIgnoreCase("OU"))
                                    .map(Rdn::getValue)
                                    .toList();
            return units.size() == 1
                    ? Arrays.stream(values())
                            .filter(role -> role.unit().equals(units.getFirst()))
                            .findFirst()
                    : Optional.empty();
        } catch (InvalidNameException _) {
            return Optional.empty();
        }
    }
}
