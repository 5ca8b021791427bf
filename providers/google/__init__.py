"""Gmail and Google Calendar behind the ports. Nothing of google is imported before an account is used."""
