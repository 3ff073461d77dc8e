"""Networks of several streams collected in two echelons: streets to sites, sites to plants."""
