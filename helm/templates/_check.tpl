{{/* Values that contradict each other end the rendering with a sentence. */}}
{{- define "aiguilleur.check" -}}
{{- if not .Values.database.existingSecret -}}
{{- fail "database.existingSecret is required: the name of the Secret that holds the URL of PostgreSQL." -}}
{{- end -}}
{{- if and .Values.redis.url .Values.redis.existingSecret -}}
{{- fail "redis.url and redis.existingSecret exclude each other: give one." -}}
{{- end -}}
{{- if not (or .Values.redis.url .Values.redis.existingSecret) -}}
{{- fail "redis.url or redis.existingSecret is required." -}}
{{- end -}}
{{- if and .Values.webhooks.enabled (not .Values.webhooks.existingSecret) -}}
{{- fail "webhooks.enabled needs webhooks.existingSecret: webhooks must be signed." -}}
{{- end -}}
{{- if and .Values.reinject.enabled (not .Values.reinject.existingSecret) -}}
{{- fail "reinject.enabled needs reinject.existingSecret: the URL of the mail server that takes the mail." -}}
{{- end -}}
{{- if and .Values.shadow.enabled (not .Values.model.registry.existingClaim) -}}
{{- fail "shadow.enabled needs model.registry.existingClaim: the challenger lies in the registry's store." -}}
{{- end -}}
{{- if and .Values.lmtp.enabled .Values.networkPolicy.enabled (not .Values.networkPolicy.lmtpFrom) -}}
{{- fail "lmtp.enabled needs networkPolicy.lmtpFrom: LMTP asks for no password." -}}
{{- end -}}
{{- if and .Values.ingress.enabled (not .Values.ingress.host) -}}
{{- fail "ingress.enabled needs ingress.host." -}}
{{- end -}}
{{- with .Values.worker.keda -}}
{{- if and .enabled (eq .trigger "prometheus") (not .prometheusAddress) -}}
{{- fail "worker.keda.trigger prometheus needs worker.keda.prometheusAddress." -}}
{{- end -}}
{{- if and .enabled (gt (int .minReplicas) (int .maxReplicas)) -}}
{{- fail "worker.keda.minReplicas is above worker.keda.maxReplicas." -}}
{{- end -}}
{{- end -}}
{{- with .Values.api.autoscaling -}}
{{- if and .enabled (gt (int .minReplicas) (int .maxReplicas)) -}}
{{- fail "api.autoscaling.minReplicas is above api.autoscaling.maxReplicas." -}}
{{- end -}}
{{- end -}}
{{- if and .Values.retrain.enabled (not .Values.model.registry.existingClaim) -}}
{{- fail "retrain.enabled needs model.registry.existingClaim: the store that a candidate is added to." -}}
{{- end -}}
{{- if and .Values.retrain.existingClaim .Values.retrain.storageClass -}}
{{- fail "retrain.existingClaim and retrain.storageClass exclude each other: a claim that exists has its class." -}}
{{- end -}}
{{- end -}}
