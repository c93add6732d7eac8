"""What joins the rooms: crawl, read, assess, review; a module for each step.

Every step takes what is due from the database and commits results together with the
mark that their input is done: a step can be stopped anywhere and run again.
"""
