"""Datasets in shards: numbered files that several processes or machines write and others read."""
