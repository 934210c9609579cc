// What the import of any module costs.
