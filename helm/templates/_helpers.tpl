{{/* Names, labels and what the pods share. Those that take a component are given
     (dict "top" $ "component" "api"). */}}

{{- define "aiguilleur.fullname" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{ .Release.Name | trunc 40 | trimSuffix "-" }}
{{- else -}}
{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 40 | trimSuffix "-" }}
{{- end -}}
{{- end -}}

{{- define "aiguilleur.name" -}}
{{ include "aiguilleur.fullname" .top }}-{{ .component }}
{{- end -}}

{{- define "aiguilleur.selectorLabels" -}}
app.kubernetes.io/name: {{ .top.Chart.Name }}
app.kubernetes.io/instance: {{ .top.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{- define "aiguilleur.labels" -}}
{{ include "aiguilleur.selectorLabels" . }}
app.kubernetes.io/version: {{ .top.Values.image.tag | default .top.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .top.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .top.Chart.Name .top.Chart.Version | replace "+" "_" }}
{{- end -}}

{{- define "aiguilleur.metadata" -}}
name: {{ include "aiguilleur.name" . }}
labels:
  {{- include "aiguilleur.labels" . | nindent 2 }}
{{- end -}}

{{- define "aiguilleur.podLabels" -}}
{{ include "aiguilleur.labels" . }}
{{- with .top.Values.pod.labels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* A pod is replaced when what it was configured with changes. */}}
{{- define "aiguilleur.podAnnotations" -}}
checksum/config: {{ include (print .Template.BasePath "/configmap.yaml") . | sha256sum }}
{{- if .Values.routing }}
checksum/routing: {{ .Values.routing | sha256sum }}
{{- end }}
{{- with .Values.pod.annotations }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "aiguilleur.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{ .Values.serviceAccount.name | default (include "aiguilleur.fullname" .) }}
{{- else -}}
{{ .Values.serviceAccount.name | default "default" }}
{{- end -}}
{{- end -}}

{{/* (dict "top" $ "image" "api") */}}
{{- define "aiguilleur.image" -}}
image: {{ printf "%s/%s:%s" .top.Values.image.repository .image (.top.Values.image.tag | default .top.Chart.AppVersion) }}
imagePullPolicy: {{ .top.Values.image.pullPolicy }}
{{- end -}}

{{/* What every pod's spec begins with. Service links would set AIGUILLEUR_* variables, which the
     service refuses as unknown. */}}
{{- define "aiguilleur.podSpec" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  {{- with .Values.pod.uid }}
  runAsUser: {{ . }}
  runAsGroup: {{ . }}
  fsGroup: {{ . }}
  {{- end }}
  seccompProfile: {type: RuntimeDefault}
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- with .Values.pod.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.pod.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.pod.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- end -}}

{{- define "aiguilleur.spread" -}}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "aiguilleur.selectorLabels" . | nindent 8 }}
{{- end -}}

{{- define "aiguilleur.containerSecurity" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
{{- end -}}

{{/* Secrets reach a process as files, so that they show in no `env` and no `describe`. */}}
{{- define "aiguilleur.secretEnv" -}}
- name: DATABASE_URL_FILE
  value: /run/secrets/aiguilleur/DATABASE_URL
{{- if .Values.redis.url }}
- name: REDIS_URL
  value: {{ .Values.redis.url | quote }}
{{- else }}
- name: REDIS_URL_FILE
  value: /run/secrets/aiguilleur/REDIS_URL
{{- end }}
{{- end -}}

{{- define "aiguilleur.webhookEnv" -}}
{{- if .Values.webhooks.enabled }}
- name: AIGUILLEUR_WEBHOOK_SECRET_FILE
  value: /run/secrets/aiguilleur/AIGUILLEUR_WEBHOOK_SECRET
{{- end }}
{{- end -}}

{{- define "aiguilleur.consoleEnv" -}}
{{- if .Values.console.existingSecret }}
- name: AIGUILLEUR_OIDC_CLIENT_SECRET_FILE
  value: /run/secrets/aiguilleur/AIGUILLEUR_OIDC_CLIENT_SECRET
{{- end }}
{{- end -}}

{{/* (dict "top" $ "webhooks" true "smtp" true "console" true): with the signing secret, the mail
     server's URL, the client secret of the console, or without */}}
{{- define "aiguilleur.secretVolume" -}}
- name: secrets
  projected:
    defaultMode: 0440
    sources:
      - secret:
          name: {{ .top.Values.database.existingSecret }}
          items: [{key: {{ .top.Values.database.key }}, path: DATABASE_URL}]
      {{- if not .top.Values.redis.url }}
      - secret:
          name: {{ .top.Values.redis.existingSecret }}
          items: [{key: {{ .top.Values.redis.key }}, path: REDIS_URL}]
      {{- end }}
      {{- if and .webhooks .top.Values.webhooks.enabled }}
      - secret:
          name: {{ .top.Values.webhooks.existingSecret }}
          items: [{key: {{ .top.Values.webhooks.key }}, path: AIGUILLEUR_WEBHOOK_SECRET}]
      {{- end }}
      {{- if .smtp }}
      - secret:
          name: {{ .top.Values.reinject.existingSecret }}
          items: [{key: {{ .top.Values.reinject.key }}, path: AIGUILLEUR_SMTP_URL}]
      {{- end }}
      {{- if and .console .top.Values.console.existingSecret }}
      - secret:
          name: {{ .top.Values.console.existingSecret }}
          items: [{key: {{ .top.Values.console.key }}, path: AIGUILLEUR_OIDC_CLIENT_SECRET}]
      {{- end }}
{{- end -}}

{{- define "aiguilleur.secretMount" -}}
- {name: secrets, mountPath: /run/secrets/aiguilleur, readOnly: true}
{{- end -}}

{{- define "aiguilleur.environment" -}}
envFrom:
  - configMapRef: {name: {{ include "aiguilleur.fullname" . }}}
env:
  {{- include "aiguilleur.secretEnv" . | nindent 2 }}
{{- end -}}

{{- define "aiguilleur.routingMount" -}}
{{- if .Values.routing }}
- {name: routing, mountPath: /etc/aiguilleur, readOnly: true}
{{- end }}
{{- end -}}

{{- define "aiguilleur.routingVolume" -}}
{{- if .Values.routing }}
- name: routing
  configMap:
    name: {{ include "aiguilleur.name" (dict "top" $ "component" "routing") }}
{{- end }}
{{- end -}}

{{/* Routing and model, which the API reads as well as the workers. */}}
{{- define "aiguilleur.sharedMounts" -}}
{{- include "aiguilleur.routingMount" . }}
{{- if .Values.model.existingClaim }}
- {name: models, mountPath: /models, readOnly: true}
{{- end }}
{{- end -}}

{{- define "aiguilleur.sharedVolumes" -}}
{{- include "aiguilleur.routingVolume" . }}
{{- with .Values.model.existingClaim }}
- name: models
  persistentVolumeClaim: {claimName: {{ . }}, readOnly: true}
{{- end }}
{{- end -}}

{{/* (dict "top" $ "readOnly" true): the registry's store, where there is one */}}
{{- define "aiguilleur.registryMount" -}}
{{- if .top.Values.model.registry.existingClaim -}}
- {name: registry, mountPath: /registry, readOnly: {{ .readOnly }}}
{{- end -}}
{{- end -}}

{{- define "aiguilleur.registryVolume" -}}
{{- with .top.Values.model.registry.existingClaim -}}
- name: registry
  persistentVolumeClaim: {claimName: {{ . }}, readOnly: {{ $.readOnly }}}
{{- end -}}
{{- end -}}

{{/* The metrics port opens once the process is ready: a worker's model is loaded and warm. */}}
{{- define "aiguilleur.metricsProbes" -}}
startupProbe:
  httpGet: {path: /metrics, port: metrics}
  periodSeconds: 2
  failureThreshold: 90
readinessProbe:
  httpGet: {path: /metrics, port: metrics}
  periodSeconds: 10
  timeoutSeconds: 3
{{- end -}}

{{/* (dict "within" 240) */}}
{{- define "aiguilleur.loopProbe" -}}
livenessProbe:
  exec:
    command: [python, -m, service.alive, loop, --within, {{ .within | quote }}]
  periodSeconds: 30
  timeoutSeconds: 5
{{- end -}}
