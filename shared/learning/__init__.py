"""The science: models of how movement is learnt."""
