"""One colour for each quantity, in equations, plots and widgets alike.

Every colour stands out from white and from JupyterLab's dark page (a contrast of 3:1 at least; text 4:1). A test holds
it, and that quantities which meet in one picture stay apart for the colour-blind.
"""

INK = "#767676"  # of axes and words: as far from white as from black
COLOURS = {
    "x0": "#0072B2",
    "xt": "#C24E00",
    "x_prev": "#C46A9B",
    "eps": "#94602A",
    "v": "#3B9C8F",
    "exact": INK,
    "learned": "#C08A00",
    "recon": "#3A95D0",
    "prior_kl": "#9A8200",
    "denoise_kl": "#009E73",
    "gap": "#8A63C9",
    "guess": "#C2185B",
}
