"""EDI: X12 and EDIFACT messages of suppliers become frames of cells, like any other format of the sources stage.

In: a binary stream and its source. Out: frames of cells; functional acknowledgements. docs/edi.md says what is read from where.
"""
