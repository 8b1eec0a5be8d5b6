"""Date qualifiers: which of a message's dates are a promise of delivery, which one of shipping, and which are none; as data.

In: nothing. Out: for each code of X12 element 374 and UN/EDIFACT 2005 its kind and its meaning. The two lists look alike and are not one:
66 and 68 are schedules in X12 only. Element 432 of X12 (G62) is a third one, with two digits: it is never looked up here.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

# delivery: the goods are to be here. ship: they leave the supplier. none: asked for, a limit, or about something else.
# unclear: could be either, or a plan that was overtaken.
Kind = Literal["delivery", "ship", "none", "unclear"]


class Qualifier(NamedTuple):
    """A date qualifier. Of several dates of one kind the one of the highest rank counts: a promise before a plan before an estimate."""

    kind: Kind
    meaning: str
    rank: int = 0


UNKNOWN = Qualifier("unclear", "a date that we do not know")

X12 = {
    "001": Qualifier("none", "cancel after"),
    "002": Qualifier("none", "delivery requested"),
    "003": Qualifier("none", "invoice"),
    "004": Qualifier("none", "purchase order"),
    "006": Qualifier("none", "sold"),
    "007": Qualifier("none", "effective"),
    "009": Qualifier("none", "process"),
    "010": Qualifier("none", "requested ship"),
    "011": Qualifier("ship", "shipped", 9),
    "014": Qualifier("none", "active"),
    "015": Qualifier("none", "promotion start"),
    "016": Qualifier("none", "promotion end"),
    "017": Qualifier("delivery", "estimated delivery", 1),
    "018": Qualifier("unclear", "available, at a place that is not said"),
    "019": Qualifier("none", "unloaded"),
    "035": Qualifier("delivery", "delivered", 9),
    "036": Qualifier("none", "expiration"),
    "037": Qualifier("none", "ship not before"),
    "038": Qualifier("none", "ship no later"),
    "043": Qualifier("none", "publication"),
    "050": Qualifier("none", "received"),
    "055": Qualifier("unclear", "confirmed, for shipping or for delivery"),
    "061": Qualifier("none", "cancel if not delivered by"),
    "062": Qualifier("none", "cancel if not shipped by"),
    "063": Qualifier("none", "do not deliver after"),
    "064": Qualifier("none", "do not deliver before"),
    "065": Qualifier("unclear", "first schedule delivery, which may have been overtaken"),
    "066": Qualifier("unclear", "first schedule ship, which may have been overtaken"),
    "067": Qualifier("delivery", "current schedule delivery", 3),
    "068": Qualifier("ship", "current schedule ship", 3),
    "069": Qualifier("delivery", "promised for delivery", 4),
    "070": Qualifier("none", "requested for delivery in the week of"),
    "071": Qualifier("none", "requested for delivery"),
    "072": Qualifier("unclear", "promised for delivery after"),
    "073": Qualifier("none", "requested for delivery after"),
    "074": Qualifier("none", "requested for delivery prior to"),
    "075": Qualifier("delivery", "promised for delivery prior to and including", 4),
    "076": Qualifier("none", "requested for delivery prior to and including"),
    "077": Qualifier("none", "requested for delivery in the month of"),
    "078": Qualifier("none", "requested for shipment"),
    "079": Qualifier("ship", "promised for shipment", 4),
    "081": Qualifier("none", "requested for shipment prior to and including"),
    "084": Qualifier("none", "requested for shipment prior to"),
    "085": Qualifier("none", "requested for shipment after"),
    "091": Qualifier("none", "price change"),
    "092": Qualifier("none", "contract effective"),
    "093": Qualifier("none", "contract expiration"),
    "097": Qualifier("none", "transaction creation"),
    "102": Qualifier("none", "issue"),
    "106": Qualifier("none", "required by"),
    "118": Qualifier("none", "requested pick-up"),
    "171": Qualifier("none", "revision"),
    "196": Qualifier("none", "start"),
    "197": Qualifier("none", "end"),
    "369": Qualifier("ship", "estimated departure", 1),
    "370": Qualifier("ship", "actual departure", 9),
    "371": Qualifier("delivery", "estimated arrival", 1),
    "372": Qualifier("delivery", "actual arrival", 9),
    "405": Qualifier("none", "production"),
}

EDIFACT = {
    "2": Qualifier("none", "delivery requested"),
    "3": Qualifier("none", "invoice"),
    "4": Qualifier("none", "order"),
    "7": Qualifier("none", "effective"),
    "10": Qualifier("none", "shipment requested"),
    "11": Qualifier("ship", "despatched", 9),
    "17": Qualifier("delivery", "delivery estimated", 1),
    "35": Qualifier("delivery", "delivered", 9),
    "36": Qualifier("none", "expiry"),
    "37": Qualifier("none", "ship not before"),
    "38": Qualifier("none", "ship not later than"),
    "44": Qualifier("unclear", "availability, at a place that is not said"),
    "50": Qualifier("none", "goods receipt"),
    "61": Qualifier("none", "cancel if not delivered by"),
    "63": Qualifier("none", "delivery, latest"),
    "64": Qualifier("none", "delivery, earliest"),
    "65": Qualifier("unclear", "delivery, first schedule, which may have been overtaken"),
    "66": Qualifier("none", "excluded period"),
    "67": Qualifier("delivery", "delivery, current schedule", 3),
    "68": Qualifier("none", "additional period"),
    "69": Qualifier("delivery", "delivery promised for", 4),
    "71": Qualifier("none", "delivery requested for after and including"),
    "72": Qualifier("unclear", "delivery promised for after and including"),
    "74": Qualifier("none", "delivery requested for prior to and including"),
    "75": Qualifier("delivery", "delivery promised for prior to and including", 4),
    "76": Qualifier("delivery", "delivery scheduled for", 3),
    "79": Qualifier("ship", "shipment promised for", 4),
    "81": Qualifier("none", "shipment requested for prior to and including"),
    "94": Qualifier("none", "production"),
    "113": Qualifier("none", "sample approval"),
    "128": Qualifier("unclear", "delivery, last"),
    "131": Qualifier("none", "tax point"),
    "132": Qualifier("delivery", "arrival estimated", 1),
    "133": Qualifier("ship", "departure estimated", 1),
    "136": Qualifier("ship", "departed", 9),
    "137": Qualifier("none", "document"),
    "171": Qualifier("none", "reference"),
    "178": Qualifier("delivery", "arrived", 9),
    "186": Qualifier("ship", "departed", 9),
    "189": Qualifier("ship", "departure scheduled", 3),
    "191": Qualifier("delivery", "delivery expected", 1),
    "200": Qualifier("none", "pick-up"),
    "203": Qualifier("none", "execution"),
    "232": Qualifier("delivery", "arrival scheduled", 3),
    "234": Qualifier("none", "collection"),
    "263": Qualifier("none", "invoicing period"),
    "273": Qualifier("none", "validity"),
    "358": Qualifier("unclear", "delivery scheduled on or after"),
    "359": Qualifier("delivery", "delivery scheduled on or before", 3),
    "361": Qualifier("none", "best before"),
}
