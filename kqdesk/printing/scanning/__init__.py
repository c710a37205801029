"""Paper comes back: filled forms from a scanner or a phone, read by their code, corner marks and boxes.

``forms`` says what such a form is and draws what makes it readable; no library is loaded for it. ``reading`` is the
parent's door: pages out of foreign files, read in a limited child (``parsing``, ``files``, ``placing``, ``inking``).
The trade knows boxes and ink; what a box means is the room's that prints the form.
"""
