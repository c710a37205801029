"""security — who gets in and what they may see: key file, sign-in, guard, masking, signatures.

Owns no journaled table. The data key never leaves memory; see keyfile.py for what lies on disk.
"""
