"""Nouns of the domain: frozen, valid from birth, without files and algorithms.

"Models" means *domain models*. Formulations for solvers are verbs and live in `solver/`.
"""
