"""printing — paper out: fonts with fallback per glyph, text that breaks lines as Chinese does, tables that repeat
their head, positioned sheets, codes, page numbers, preview. Knows no room and nothing of a school.

A room's ``papers.py`` imports the four light modules and never reportlab:

    styles    FontFace, Align, TextStyle and the ready styles (TITLE, BODY, …)
    blocks    Text, Span, Fields, Gap, Rule, NewPage, Together, Page, Part: what a flowing paper is made of
    table     Column, Cell, Grid: tables
    sheet     Sheet, Box, Picture, Code, Line, Rect, Group, tile: things at millimetres (certificates, tickets)
    document  write_pdf, pdf_bytes, missing_glyphs: story → file

Behind them, loaded only when something is printed: fonts, textflow, layout, ink, codes, engine. ``preview`` turns a
PDF page into pixels.
"""
