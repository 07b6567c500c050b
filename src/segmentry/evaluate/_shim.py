from dataclasses import dataclass
def elbow(ks, i): return None
def gap_choice(a,b,c): return None
def strongest_k(s): return None
def across(a,b):
    import numpy as np
    return np.ones(int(a.max())+1)
def find_alarms(*a): return ()
def prediction_strength(*a, **k): return {}
def is_lumpy(values, *, seed): return False
