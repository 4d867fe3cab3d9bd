"""The conversation: one turn, one session, one server. Imports speech, retrieval, corpus and german."""
