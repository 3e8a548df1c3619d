"""The contents of data sets, by their layout. Readers list pictures; none of them decodes or unpacks any."""
