"""What the pages of several users share: fields, words for codes, pictures of passes."""
