{{/* (dict "top" $ "component" "api" "pods" 2): one pod at a time may be evicted. With a single pod
     a budget would only block the draining of its node. */}}
{{- define "aiguilleur.pdb" -}}
{{- if gt (int .pods) 1 }}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  {{- include "aiguilleur.metadata" . | nindent 2 }}
spec:
  maxUnavailable: 1
  selector:
    matchLabels:
      {{- include "aiguilleur.selectorLabels" . | nindent 6 }}
{{- end }}
{{- end -}}
