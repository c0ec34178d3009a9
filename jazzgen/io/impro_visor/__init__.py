"""Lead sheets of Impro-Visor."""
