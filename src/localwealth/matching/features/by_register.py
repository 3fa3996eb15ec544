"""What is said beside the name: legal form, kind of name, postcode, day, and how it was cut."""

from __future__ import annotations

import numpy as np

from localwealth.matching.features.candidates import Contenders, equals
from localwealth.matching.features.registry import Column, feature
from localwealth.matching.forms import (
    AFTER_TAIL,
    AFTER_TRADING,
    BEFORE_MORE,
    BEFORE_TAIL,
    BEFORE_TRADING,
    INSIDE,
)

# Legal forms


@feature("legal forms differ")
def legal_forms_differ(pairs: Contenders) -> Column:
    """Speaks against: a limited company is not the partnership of the same name."""
    return pairs.forms_differ


@feature("legal forms agree")
def legal_forms_agree(pairs: Contenders) -> Column:
    """Speaks for: both state the same legal form."""
    return pairs.forms_agree


@feature("payee states a form")
def payee_states_a_form(pairs: Contenders) -> Column:
    """Speaks for the payee being in a register: sole traders have no legal form."""
    return pairs.payee_form > 0


@feature("register states a form")
def register_states_a_form(pairs: Contenders) -> Column:
    """Charities and public bodies state none, so that none can agree."""
    return pairs.register_form > 0


# Which of its entry's names it is


@feature("former name")
def former_name(pairs: Contenders) -> Column:
    """Speaks against: its entry was not called so on the day of payment."""
    return equals(pairs.kind, 1)


@feature("other name")
def other_name(pairs: Contenders) -> Column:
    """Speaks against, a little: it is a trading or other name, which several may have."""
    return equals(pairs.kind, 2)


# Where it is


@feature("same postcode")
def same_postcode(pairs: Contenders) -> Column:
    """Speaks for: the same postcode."""
    return pairs.same_unit


@feature("same district")
def same_district(pairs: Contenders) -> Column:
    """Speaks for: the same outward part of the postcode."""
    return pairs.same_district


@feature("same area")
def same_area(pairs: Contenders) -> Column:
    """Speaks for, a little: the same letters in front of the postcode."""
    return pairs.same_area


@feature("postcode given")
def postcode_given(pairs: Contenders) -> Column:
    """Both postcodes are known: only then does it say anything that they differ."""
    return pairs.postcodes_known


@feature("entries at the same postcode")
def entries_at_the_same_postcode(pairs: Contenders) -> Column:
    """Speaks against the same postcode: how many share it, as a power of two (formation agents)."""
    return np.where(pairs.same_unit, pairs.entries.crowd[pairs.entry], 0)


# When


@feature("ended or not yet begun")
def ended_or_not_yet_begun(pairs: Contenders) -> Column:
    """Speaks against: it was not on the register on the day of payment."""
    return pairs.out_of_time


# How the form was cut from the payee's name


@feature("before trading-as")
def before_trading_as(pairs: Contenders) -> Column:
    """Speaks for: who trades under another name stands before *trading as*."""
    return equals(pairs.how, BEFORE_TRADING)


@feature("after trading-as")
def after_trading_as(pairs: Contenders) -> Column:
    """Speaks against: what it trades as is seldom what it is registered as."""
    return equals(pairs.how, AFTER_TRADING)


@feature("before a tail")
def before_a_tail(pairs: Contenders) -> Column:
    """Speaks against, a little: something behind a dash, a comma or a bracket was left away."""
    return equals(pairs.how, BEFORE_TAIL)


@feature("after a tail")
def after_a_tail(pairs: Contenders) -> Column:
    """Speaks against: it is only what stands behind a dash."""
    return equals(pairs.how, AFTER_TAIL)


@feature("inside brackets")
def inside_brackets(pairs: Contenders) -> Column:
    """Speaks against: it is only what stands in brackets."""
    return equals(pairs.how, INSIDE)


@feature("before more")
def before_more(pairs: Contenders) -> Column:
    """Speaks against, more than a tail: no sign says where the name ends."""
    return equals(pairs.how, BEFORE_MORE)


@feature("idle tail")
def idle_tail(pairs: Contenders) -> Column:
    """Speaks for: what was left away only says how or where somebody is paid."""
    return pairs.search.forms.idle[pairs.form]


@feature("size of the register")
def size_of_the_register(pairs: Contenders) -> Column:
    """Speaks against: among more names more are alike by chance. As a power of ten."""
    return np.full(len(pairs.form), np.log10(max(pairs.search.index.names, 10)))
