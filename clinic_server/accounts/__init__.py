"""People who sign in: by e-mail, with a second factor or a passkey."""
