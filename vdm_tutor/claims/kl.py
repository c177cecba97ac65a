"""Section 4f, Eqs. 86-92: KL between two Gaussians, and the regression that it becomes.

The left KLs are computed as expectations of log-density ratios by the moment rule, knowing nothing of Eq. 86, with
every entry of mean and covariance a symbol, for d = 1 and d = 2. For any d: an affine map that whitens Sigma_x and
turns Sigma_y diagonal changes neither side of Eq. 86 (traces, ratios of determinants and Mahalanobis distances are
invariant: decided with a matrix A), and for diagonal covariances both sides are sums over coordinates of d = 1. What
the survey writes as equal arg mins is decided as equal values; the arg min is only the sign that is shown.
"""

from vdm_tutor.proofs.claim import line

POSTERIOR_KL = "KL(q(x_prev | x_t, x_0), p_theta(x_prev | x_t))"
SAME_COVARIANCE = "KL(N(mu_q, Sigma_q), N(mu_theta, Sigma_q))"
GAP = "T(mu_theta-mu_q)@inv(Sigma_q)@(mu_theta-mu_q)"

CLAIMS = (
    line(
        86,
        "KL(N(mu_x, Sigma_x), N(mu_y, Sigma_y))"
        " = 1/2*[log(det(Sigma_y)/det(Sigma_x)) - d + tr(inv(Sigma_y)@Sigma_x)"
        " + T(mu_y-mu_x)@inv(Sigma_y)@(mu_y-mu_x)]",
        "a known formula",
        parts=(
            line(
                "86, traces do not see an invertible map",
                "tr(inv(A@Sigma_y@T(A))@(A@Sigma_x@T(A))) = tr(inv(Sigma_y)@Sigma_x)",
                "invariance",
            ),
            line(
                "86, ratios of determinants do not see it",
                "det(A@Sigma_y@T(A))/det(A@Sigma_x@T(A)) = det(Sigma_y)/det(Sigma_x)",
                "invariance",
            ),
            line(
                "86, distances do not see it",
                "T(A@(mu_y-mu_x))@inv(A@Sigma_y@T(A))@(A@(mu_y-mu_x)) = T(mu_y-mu_x)@inv(Sigma_y)@(mu_y-mu_x)",
                "invariance",
            ),
        ),
        note="The left side as an expectation of log-density ratios, with every entry of means and covariances a "
        "symbol, d = 1 and d = 2; any d follows by whitening, which changes neither side, and summing over "
        "coordinates.",
    ),
    line(
        "(84) as a law",
        "q(x_prev | x_t, x_0) := N(mu_q, Sigma_q)",
        "Eq. 84",
        mistakes={"x_0 for mu_q": "N(x_0, Sigma_q)"},
    ),
    line(
        "Sigma_theta",
        "p_theta(x_prev | x_t) := N(mu_theta, Sigma_q)",
        "the choice Sigma_theta = Sigma_q",
        mistakes={"x_0 for mu_theta": "N(x_0, Sigma_q)"},
    ),
    line(
        "VDM-KL-U1",
        f"{POSTERIOR_KL} = {SAME_COVARIANCE}",
        "where the block starts",
        given=("(84) as a law", "Sigma_theta"),
        keeps={"the arguments swapped": "with one covariance for both laws KL is the same either way"},
        mistakes={"x_0 for mu_q": "KL(N(x_0, Sigma_q), N(mu_theta, Sigma_q))"},
        note="The objective itself; by Eq. 84 and the choice of covariance its value is that of Eq. 87.",
    ),
    line(
        87,
        "",
        "(84), Sigma_theta chosen",
        same_as="VDM-KL-U1",
        note="Both laws written in: true by Eq. 84 and by the choice of covariance, and false without either.",
    ),
    line(
        88,
        f"= 1/2*[log(det(Sigma_q)/det(Sigma_q)) - d + tr(inv(Sigma_q)@Sigma_q) + {GAP}]",
        "(86)",
        note="The left KL is an expectation, computed apart.",
    ),
    line(89, f"= 1/2*[log(1) - d + d + {GAP}]", "tr I = d"),
    line(90, f"= 1/2*[{GAP}]", "cancel"),
    line(
        91,
        "= 1/2*[T(mu_theta-mu_q)@inv(posterior_var*I)@(mu_theta-mu_q)]",
        "Sigma_q = sigma_q^2 I",
        given=("Sigma_q is isotropic",),
    ),
    line(
        92,
        "= 1/(2*posterior_var)*[norm2(mu_theta-mu_q)]",
        "isotropic inverse",
        note="A KL is a squared distance here.",
    ),
    line(
        "Sigma_q is isotropic",
        "Sigma_q := posterior_var*I",
        "Eq. 84",
        mistakes={"standard deviation for variance": "sqrt(posterior_var)*I"},
    ),
)
