"""Distillation: a model learns from the solos and the expectations of another one."""
