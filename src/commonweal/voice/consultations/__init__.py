"""Consultations: questions to residents and enterprises, and proposals from them."""
