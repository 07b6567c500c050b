"""Who may come in: names, origins, keys, rights and rates, asked before more than a request's headers is read."""
