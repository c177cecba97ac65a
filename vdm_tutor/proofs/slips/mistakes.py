"""The table of mistakes: each kind by its name, with the rules that make it and take it back."""

import ast
from dataclasses import dataclass

from vdm_tutor.proofs.slips import brackets, laws, names, terms
from vdm_tutor.proofs.slips.names import AVERAGES, BAR, EARLIER, GUESSES, LATER, NO_BAR, SAMPLES, TRUTHS, named
from vdm_tutor.proofs.slips.terms import Rule, either, exchanged, lost
from vdm_tutor.proofs.tree import call, called


@dataclass(frozen=True)
class Mistake:
    """One kind of mistake: what it makes of a node, and what takes it back in a reader's formula.

    Each rule gives every replacement of a node. `at_all_places`: people also make it wherever they can at once.
    """

    made: Rule | None
    undone: Rule | None = None
    at_all_places: bool = False
    at_one_place: bool = True


def _under_a_root(node):
    is_formula = isinstance(node, ast.expr) and not names.is_variance(node) and names.found_in(node)
    return [call("sqrt", node)] if is_formula else []


def _squared(node):
    return [] if isinstance(node, ast.Constant) or called(node) == "sqrt" else [terms.square(node)]


def _logarithm(node):
    return [call("log", node)] if isinstance(node, ast.BinOp | ast.Call) else []


def _inverse(node):
    return [call("inv", node)] if isinstance(node, ast.Name) and node.id.startswith("Sigma") else []


INDEX = named(EARLIER, LATER)
SIGN = either(terms.sign_flipped, terms.first_term_negated)
RATIO = either(terms.ratio_inverted, terms.part_inverted)
SCALE = either(terms.halved, terms.doubled)
ROOT_OF_A_VARIANCE = lambda n: [call("sqrt", n)] if names.is_variance(n) else []  # noqa: E731
DET_OR_TRACE, SUM_OR_MEAN = exchanged("det", "tr"), exchanged("sum", "mean")

MISTAKES: dict[str, Mistake] = {  # by name; of two that give the same formula the first is given
    "variance for standard deviation": Mistake(names.variance_for_std, ROOT_OF_A_VARIANCE, at_all_places=True),
    "a root dropped": Mistake(names.root_dropped, _under_a_root, at_all_places=True),
    "standard deviation for variance": Mistake(names.std_for_variance, names.variance_of_std),
    "a root too many": Mistake(names.share_rooted, lost("sqrt"), at_all_places=True),
    "a square lost": Mistake(terms.square_lost, _squared, at_all_places=True),
    "alpha_bar for alpha": Mistake(named(BAR), named(NO_BAR), at_all_places=True),
    "alpha for alpha_bar": Mistake(named(NO_BAR), named(BAR), at_all_places=True),
    "alpha and alpha_bar exchanged": Mistake(names.levels_exchanged, names.levels_exchanged),
    "an index shifted": Mistake(INDEX, INDEX, at_all_places=True),
    "a and 1 - a confused": Mistake(names.complement, names.complement, at_all_places=True),
    "the difference the wrong way round": Mistake(terms.reversed_difference, terms.reversed_difference),
    "a sign flipped": Mistake(SIGN, SIGN, at_all_places=True),
    "the 1/2 lost": Mistake(terms.half_lost, terms.halved),
    "a factor 2 lost": Mistake(terms.two_lost, terms.doubled_name),
    "the arguments swapped": Mistake(names.arguments_swapped, names.divergence_swapped),
    "a ratio upside down": Mistake(RATIO, RATIO),
    "variances for precisions as weights": Mistake(names.variances_as_weights),
    "a plain mean for a weighted one": Mistake(names.weights_left_out),
    "the weights swapped": Mistake(names.weights_swapped, names.weights_swapped),
    "a denominator lost": Mistake(terms.denominator_lost),
    "a numerator lost": Mistake(terms.numerator_lost),
    "a factor dropped": Mistake(either(terms.factor_dropped, terms.other_factor)),
    "a term dropped": Mistake(either(terms.term_dropped, terms.other_term)),
    "det for tr, or tr for det": Mistake(DET_OR_TRACE, DET_OR_TRACE),
    "one law's moment for the other's": Mistake(named(names.SIDES), at_all_places=True),
    "the truth for the prediction": Mistake(named(TRUTHS), named(GUESSES), at_all_places=True),
    "the prediction for the truth": Mistake(named(GUESSES), named(TRUTHS), at_all_places=True),
    "a sample for its mean": Mistake(named(SAMPLES), named(AVERAGES), at_all_places=True),
    "the mean for a sample": Mistake(named(AVERAGES), named(SAMPLES), at_all_places=True),
    "the noise of one step for the whole noise": Mistake(named(names.LAST_NOISE), at_all_places=True),
    "alpha_bar for the SNR": Mistake(named(names.SHARE_OF_RATIO), named(names.RATIO_OF_SHARE), at_all_places=True),
    "one variable for another": Mistake(named(names.OTHERS), named(names.OTHERS), at_all_places=True),
    "another paper's alpha, whose square is this one's": Mistake(names.share_squared, at_all_places=True),
    "another paper's guidance scale (1 + w)": Mistake(names.scale_shifted, at_all_places=True),
    "a condition dropped": Mistake(laws.condition_dropped, laws.start_added, at_all_places=True),
    "a condition the wrong way round": Mistake(laws.condition_reversed, laws.condition_reversed, at_all_places=True),
    "a condition added": Mistake(laws.start_added, laws.condition_dropped, at_all_places=True),
    "a step shifted": Mistake(laws.step_moved, laws.step_moved, at_all_places=True),
    "one end of the chain for the other": Mistake(laws.other_end, laws.other_end),
    "the step for the jump": Mistake(laws.step_for_jump, laws.jump_for_step),
    "the jump for the step": Mistake(laws.jump_for_step, laws.step_for_jump),
    "the range cut or stretched": Mistake(laws.range_moved, laws.range_moved),
    "p for q": Mistake(laws.model_for_truth, laws.model_for_truth, at_all_places=True),
    "a sum for a mean, or a mean for a sum": Mistake(SUM_OR_MEAN, SUM_OR_MEAN),
    "an average dropped": Mistake(laws.mean_dropped),
    "a logarithm lost": Mistake(lost("log"), _logarithm, at_all_places=True),
    "an exponent lost": Mistake(terms.exponent_lost),
    "an exponential lost": Mistake(lost("exp")),
    "a logarithm or an exponential too many": Mistake(None, either(lost("log"), lost("exp")), at_all_places=True),
    "the logarithm of a ratio taken as a ratio of logarithms": Mistake(brackets.ratio_of_logs, brackets.log_of_ratio),
    "a slope lost": Mistake(terms.slope_lost, at_all_places=True),
    "an inverse lost": Mistake(lost("inv"), _inverse),
    "a joint law for a conditional one": Mistake(laws.joint_for_conditional, laws.conditional_for_joint),
    "a conditional law for a joint one": Mistake(laws.conditional_for_joint, laws.joint_for_conditional),
    "a marginal law for a joint one": Mistake(laws.marginal_for_joint),
    "the whole path for one step of it": Mistake(laws.path_for_step, laws.step_for_path),
    "an average under another law": Mistake(laws.another_average),
    "the prior for q": Mistake(laws.prior_for_encoder),
    "a log and an average in the wrong order": Mistake(laws.log_outside, laws.log_outside),
    "a factor or a divisor for one term only": Mistake(brackets.one_term_only, brackets.all_terms),
    "a factor or a divisor for all terms": Mistake(brackets.all_terms, brackets.one_term_only),
    "fractions added above and below the line": Mistake(brackets.fractions_added),
    "numerators not multiplied across": Mistake(brackets.not_multiplied_across),
    "1 - ab taken as (1 - a)(1 - b)": Mistake(names.product_of_complements, at_all_places=True),
    "a product for a quotient": Mistake(terms.product_for_quotient, terms.product_for_quotient),
    "a variance taken for its logarithm": Mistake(names.log_variance),
    "a quantity for its inverse": Mistake(names.inverted, names.inverse_of_a_name, at_all_places=True),
    "a sum for a product, or a product for a sum": Mistake(terms.sum_for_product, terms.sum_for_product),
    "a ratio for a difference": Mistake(terms.ratio_for_difference, terms.difference_for_ratio),
    "the error of another quantity": Mistake(names.another_error, names.another_error),
    "a square too many": Mistake(names.variance_squared, terms.square_lost, at_all_places=True),
    "the norm for its square": Mistake(terms.norm_for_square),
    "a function of a sum taken term by term": Mistake(brackets.term_by_term),
    "a root or a square over one part only": Mistake(brackets.part_only),
    "a factor on the wrong term": Mistake(brackets.other_term_too, brackets.other_term_too),
    "a factor 2 or 1/2 too many": Mistake(SCALE, SCALE),
    "a term too many": Mistake(None, terms.any_term),
    "a factor too many": Mistake(None, terms.any_factor),
    "a divisor too many": Mistake(None, terms.denominator_lost),
    "the roots dropped": Mistake(lost("sqrt"), at_all_places=True, at_one_place=False),
}
MADE = {name: each.made for name, each in MISTAKES.items() if each.made}
UNDONE = {name: each.undone for name, each in MISTAKES.items() if each.undone}
TRIED: dict[str, Rule] = {  # in the ledger, on each line of the survey: the one plain form of each
    "variance for standard deviation": names.variance_for_std,
    "a root dropped": names.root_dropped,
    "alpha_bar for alpha": lambda n: named(BAR)(n)[:1],
    "alpha for alpha_bar": lambda n: named(NO_BAR)(n)[:1],
    "an index shifted": names.index_shifted,
    "a sign flipped": terms.sign_flipped,
    "the 1/2 lost": terms.half_lost,
    "a factor 2 lost": terms.two_lost,
    "a square lost": terms.square_lost,
    "standard deviation for variance": names.std_in_a_law,
    "the arguments swapped": names.divergence_swapped,
    "a ratio upside down": terms.ratio_inverted,
    "a factor dropped": terms.factor_dropped,
    "a term dropped": terms.term_dropped,
    "a condition dropped": laws.last_condition_dropped,
    "a step shifted": laws.step_shifted,
    "the range shortened": laws.range_shortened,
    "p for q": laws.model_for_truth,
}
